# A certificate for this machine, and a file of keys.
touch /etc/flowledger/keys
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost \
  -keyout /etc/flowledger/tls.key -out /etc/flowledger/tls.crt
