const { createHash } = require('node:crypto');

// Shows that the program has the secret, without telling it.
console.log(
  createHash('sha256')
    .update(process.env.SESSION_SECRET ?? '')
    .digest('hex'),
);
