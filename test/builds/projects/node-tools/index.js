const { execFileSync } = require('node:child_process');
const ms = require('ms');

console.log(ms('1 min'), String(execFileSync('node_modules/.answer')).trim());
