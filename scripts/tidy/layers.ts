/** The ranks of ARCHITECTURE.md: a folder of src/ imports only folders of a lower rank. `.` is the files directly in src/. */
export const ranks: Readonly<Record<string, number>> = {
  core: 0,
  store: 1,
  statechart: 1,
  expression: 1,
  language: 1,
  scxml: 2,
  'machine-json': 2,
  xstate: 2,
  runtime: 2,
  move: 2,
  context: 2,
  session: 3,
  machine: 3,
  conversation: 3,
  task: 3,
  workflow: 3,
  profile: 3,
  coordination: 3,
  recovery: 4,
  security: 4,
  telemetry: 4,
  lifecycle: 4,
  analytics: 4,
  '.': 5,
  server: 6,
  adapters: 6,
  replay: 6,
  cli: 6,
}

/** The imports between folders of one rank that are meant to be. */
export const sameRank: Readonly<Record<string, readonly string[]>> = {
  conversation: ['session'],
  task: ['session'],
  workflow: ['session', 'task'],
  // Of the adapters the demo alone: its agent may be one of the AI SDK.
  cli: ['adapters', 'replay', 'server'],
}

/** The files of a folder that others may import, beside the index.ts of a folder inside it. */
export const doors: readonly string[] = ['index.ts', 'engine.ts', 'contract.ts']

/** Folders that stand side by side under one port: each may be removed without the others noticing. */
export const siblings: readonly string[] = ['src/store/memory/', 'src/store/sqlite/', 'src/store/postgres/']

/** Who may import which package; a trailing slash on the package means its whole scope. Tests may import any. */
export const clients: Readonly<Record<string, readonly string[]>> = {
  'src/': ['@standard-schema/spec'],
  'src/expression/': ['@marcbachmann/cel-js'],
  'src/store/sqlite/': ['node:sqlite'],
  'src/store/postgres/': ['pg'],
  'src/profile/': ['yjs'],
  'src/security/': ['jose', '@cedar-policy/'],
  'src/telemetry/': ['prom-client', '@opentelemetry/'],
  'src/lifecycle/': ['croner'],
  'src/scxml/': ['saxes', 'quickjs-emscripten-core', '@jitl/quickjs-wasmfile-release-sync'],
  'src/machine-json/': ['zod'],
  'src/server/': ['hono', '@hono/', 'zod', 'elkjs'],
  'src/adapters/': ['*'],
  'src/cli/demo/': ['ai'],
}

/** Node's own modules that are somebody's client rather than plain platform: they need an entry in `clients` too. */
export const guarded: readonly string[] = ['node:sqlite']

/** Folders that compute and nothing else: no module of the platform, no clock, no chance. */
export const pure: readonly string[] = [
  'src/statechart/',
  'src/expression/',
  'src/context/',
  'src/scxml/',
  'src/machine-json/',
  'src/xstate/',
]

/** Where a clock or chance may be read at all: behind the ports of core, in engines that time their own disk, and at the edges. */
export const timed: readonly string[] = [
  'src/core/',
  'src/store/sqlite/',
  'src/store/postgres/',
  'src/telemetry/',
  'src/cli/',
  'src/server/',
  'src/adapters/',
]
