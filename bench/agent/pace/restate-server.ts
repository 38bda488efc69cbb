import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { freePort } from '../../../src/store/postgres/server.testing.ts'

/** A server of Restate, one node, on 127.0.0.1 with a folder of its own; it tells nobody of itself. */
export class RestateServer {
  readonly ingress: string
  readonly #admin: string
  readonly #process: ChildProcess

  private constructor(process: ChildProcess, admin: string, ingress: string) {
    this.#process = process
    this.#admin = admin
    this.ingress = ingress
  }

  static async start(folder: string): Promise<RestateServer> {
    const [node, admin, ingress] = [await freePort(), await freePort(), await freePort()]
    const child = spawn(program(), ['--no-logo', '--base-dir', folder, '--node-name', 'bench'], {
      stdio: 'ignore',
      env: {
        ...process.env,
        RESTATE_DISABLE_TELEMETRY: 'true',
        DO_NOT_TRACK: '1',
        RESTATE_LISTEN_MODE: 'tcp',
        RESTATE_BIND_IP: '127.0.0.1',
        RESTATE_ADVERTISED_HOST: '127.0.0.1',
        RESTATE_BIND_PORT: String(node),
        RESTATE_ADMIN__BIND_PORT: String(admin),
        RESTATE_INGRESS__BIND_PORT: String(ingress),
        RESTATE_LOG_FILTER: 'error',
      },
    })
    const server = new RestateServer(child, `http://127.0.0.1:${admin}`, `http://127.0.0.1:${ingress}`)
    process.once('exit', () => child.kill('SIGKILL'))
    for (let tries = 0; !(await server.#answers()); tries++) {
      if (child.exitCode !== null || tries > 300) throw new Error('The server of Restate did not start')
      await setTimeout(100)
    }
    return server
  }

  /** Has it call the handlers at a URL. */
  async register(uri: string): Promise<void> {
    const response = await fetch(`${this.#admin}/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri }),
    })
    if (!response.ok) throw new Error(`Restate did not take the deployment: ${response.status} ${await response.text()}`)
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return
    const gone = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    await gone
  }

  async #answers(): Promise<boolean> {
    const healthy = async (url: string): Promise<boolean> => (await fetch(url)).ok
    return (
      (await healthy(`${this.#admin}/health`).catch(() => false)) && healthy(`${this.ingress}/restate/health`).catch(() => false)
    )
  }
}

function program(): string {
  return createRequire(import.meta.url).resolve(`@restatedev/restate-server-${platform()}-${arch()}/bin/restate-server`)
}
