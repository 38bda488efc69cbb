import { defineConfig } from 'vite'

const server = process.env.HOLDFAST_URL ?? 'http://127.0.0.1:4600'

export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: 'dist',
    // A strict Content-Security-Policy allows files only: nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    target: 'es2023',
    // The first to know `light-dark()`: for older ones each colour would be written three times.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Packages say "use client" for frameworks that render on servers.
    rolldownOptions: { onLog: (level, log, tell) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && tell(level, log) },
  },
  server: { host: '127.0.0.1', proxy: { '/v1': server } },
})
