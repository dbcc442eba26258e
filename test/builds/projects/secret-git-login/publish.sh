set -e
git init --quiet --initial-branch main shop
cd shop
echo 'console.log("shop");' > shop.js
git add shop.js
git -c user.name=shop -c user.email=shop@example.com commit --quiet --message 'The shop'
git clone --quiet --bare . /srv/shop.git
git -C /srv/shop.git update-server-info
