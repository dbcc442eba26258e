set -e
mkdir -p /run/sshd
/usr/sbin/sshd -p 42297 -o AuthorizedKeysFile=/srv/authorized_keys
ssh-keyscan -p 42297 localhost > /etc/ssh/ssh_known_hosts
