const http = require('node:http');
http.createServer((request, response) => response.end(`shop ${request.url}`)).listen(8080);
