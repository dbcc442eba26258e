const { createHash } = require('node:crypto');
const { createReadStream } = require('node:fs');
const { createServer } = require('node:http');

const PASSWORD = '45e37a9861e1de46f415a8123fc1dcc944e2ed5a233b7bbf73ba88726b70ec9f';

/** Serves the repository to whoever has the password. */
createServer((request, response) => {
  const [, login = ''] = (request.headers.authorization ?? '').split(' ');
  const [, password = ''] = Buffer.from(login, 'base64').toString().split(':');
  if (createHash('sha256').update(password).digest('hex') !== PASSWORD) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="shop"' }).end();
    return;
  }
  const [path] = request.url.split('?');
  createReadStream(`/srv${path}`)
    .on('error', () => response.writeHead(404).end())
    .pipe(response);
}).listen(42298, 'localhost');
