const { createHash } = require('node:crypto');
const { writeFileSync } = require('node:fs');

// Shows that the build had the secret, without keeping it.
writeFileSync(
  'proof.txt',
  createHash('sha256')
    .update(process.argv[3] ?? '')
    .digest('hex'),
);
