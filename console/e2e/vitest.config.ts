import { defineConfig } from 'vitest/config'

/** Everything in a real browser; `npm test` runs only `short.test.ts` of it. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@holdfast/source', 'node', 'module', 'default'] } },
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
