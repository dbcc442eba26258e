import { defineConfig } from 'vitest/config';

/** Needs a Docker engine, and minutes: `npm run test:builds`. */
export default defineConfig({
  test: { include: ['test/builds/**/*.build.ts'], maxWorkers: 1, testTimeout: 600_000 },
});
