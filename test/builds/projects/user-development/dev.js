const fs = require('node:fs');

// What servers for development do: a cache, what they build, and files that are changed in place.
fs.mkdirSync('node_modules/.cache', { recursive: true });
fs.writeFileSync('dist.js', 'built');
fs.appendFileSync('dev.js', '');
const http = require('node:http');
http.createServer((request, response) => response.end(`shop ${request.url}`)).listen(8080);
