node /srv/serve.js &
sleep 2
