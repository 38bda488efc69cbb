import { defineConfig } from 'vitest/config'

/** How the suite of `suite/` is run: it takes the functions of the test framework to be global. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@holdfast/source', 'node', 'module', 'default'] } },
  test: {
    root: import.meta.dirname,
    globals: true,
    include: ['suite/*.suite.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
