import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { root } from '../../scripts/package.ts'
import { blocksOf } from './page.ts'

/** What a command printed and how it ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder of a reader's own: this package is installed in it, and the files the guides speak of are there. */
export class ReaderFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'holdfast-guide-'))

  constructor() {
    mkdirSync(join(this.path, 'node_modules/.bin'), { recursive: true })
    symlinkSync(root, join(this.path, 'node_modules/holdfast'))
    symlinkSync(join(root, 'bin/holdfast.js'), join(this.path, 'node_modules/.bin/holdfast'))
    // Set for every curl here: an answer that is an error, or does not end, is a failed command.
    writeFileSync(join(this.path, '.curlrc'), 'fail-with-body\nsilent\nshow-error\nmax-time = 3\n')
    const [chat = '[]', dialogue = '[]'] = blocksOf('docs/replay.md', 'json')
    for (const name of ['runs.json', 'trajectories.json']) writeFileSync(join(this.path, name), chat)
    writeFileSync(join(this.path, 'dialogues.json'), longer(dialogue))
    const machine = blocksOf('docs/cli.md', 'json').find((text) => text.includes('"states"')) ?? ''
    writeFileSync(join(this.path, 'order.json'), machine)
    writeFileSync(join(this.path, 'refunds.ts'), blocksOf('docs/replay.md', 'ts').find((text) => text.includes('Tracker<')) ?? '')
  }

  /** Runs a line in a shell, as a reader would who has pasted the lines before it. */
  run(line: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn('sh', ['-c', line], { cwd: this.path, env: this.environment(env), stdio: ['ignore', 'pipe', 'pipe'] })
      let [stdout, stderr] = ['', '']
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString()
      })
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString()
      })
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, stdout, stderr }))
    })
  }

  environment(env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
    const places = [join(this.path, 'node_modules/.bin'), join(root, 'node_modules/.bin'), process.env.PATH ?? '']
    const quiet = { NODE_OPTIONS: '', HOLDFAST_STORE: '', CURL_HOME: this.path, npm_config_offline: 'true' }
    return { ...process.env, ...quiet, PATH: places.join(delimiter), ...env }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** The run of the guide has two turns, too few to fork it at the seventh: its turns, four times. */
function longer(text: string): string {
  const runs = JSON.parse(text) as { turns: unknown[] }[]
  return JSON.stringify(runs.map((run) => ({ ...run, turns: Array(4).fill(run.turns).flat() })))
}
