const ms = require('ms');
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');

const page: string = readFileSync('public/page.html', 'utf8');
createServer((_: unknown, answer: { end(text: string): void }) => answer.end(`${page.trim()} ${ms('2 days')}`)).listen(
  3000,
);
