import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

const root = import.meta.dirname

export default defineConfig({
  // Tests that import the package by its name get the sources, not the last build.
  ssr: { resolve: { conditions: ['@holdfast/source', 'node', 'module', 'default'] } },
  test: {
    root,
    // A process per file: a test that kills, forks or fills a disk cannot harm its neighbours.
    pool: 'forks',
    // The first test of a file may have to start a database server, on a machine that has other things to do.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    passWithNoTests: true,
    env: { HOLDFAST_DATA: resolve(root, process.env.HOLDFAST_DATA ?? '../shared/data') },
    // Tests of folders mostly wait for disks and databases: two at a time. Those that kill processes, drive a browser or watch the time have the machine alone.
    projects: [
      {
        extends: true,
        test: {
          name: 'folders',
          include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'console/src/**/*.test.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts', 'console/e2e/short.test.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
