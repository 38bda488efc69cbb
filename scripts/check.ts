import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { root } from './package.ts'

interface Step {
  readonly name: string
  readonly script: string
  readonly args: readonly string[]
}

interface Outcome {
  readonly name: string
  readonly passed: boolean
  readonly seconds: number
  readonly output: string
}

// Run by file rather than through npx: each saves a process and some 300 ms.
const steps: readonly Step[] = [
  { name: 'types', script: 'node_modules/typescript/bin/tsc', args: [] },
  { name: 'console', script: 'node_modules/typescript/bin/tsc', args: ['-p', 'console'] },
  {
    name: 'style',
    script: 'node_modules/@biomejs/biome/bin/biome',
    args: ['check', '--error-on-warnings', '--colors=off', '--max-diagnostics=10'],
  },
  { name: 'unused', script: 'node_modules/knip/bin/knip.js', args: ['--no-progress', '--no-config-hints'] },
  { name: 'api', script: 'scripts/api.ts', args: [] },
  { name: 'tidy', script: 'scripts/tidy.ts', args: [] },
]

const only = process.argv.slice(2)
const outcomes = await Promise.all(steps.filter(({ name }) => only.length === 0 || only.includes(name)).map(run))
const failed = outcomes.filter(({ passed }) => !passed)
for (const { name, output } of failed) console.log(`\n--- ${name}\n${output.trim()}`)
if (failed.length > 0)
  console.log(
    `\nfailed: ${failed.map(({ name }) => name).join(', ')}. Formatting is mended by \`npm run fix\`, a meant change of the API by \`npm run api\`.`,
  )
process.exitCode = failed.length > 0 ? 1 : 0

function run({ name, script, args }: Step): Promise<Outcome> {
  const start = performance.now()
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, script), ...args], { cwd: root })
    let output = ''
    const keep = (chunk: Buffer) => {
      output += chunk.toString()
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('close', (code) => {
      const seconds = (performance.now() - start) / 1000
      const passed = code === 0
      const last = passed && name === 'tidy' ? `  ${output.trim().split('\n').at(-1)}` : ''
      console.log(
        `${passed ? styleText('green', 'ok  ') : styleText('red', 'FAIL')} ${name.padEnd(7)} ${seconds.toFixed(1)} s${last}`,
      )
      resolve({ name, passed, seconds, output })
    })
  })
}
