import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'

/** The parts of Restate's SDK that are measured; declared here because it is installed on first use only. */
interface Restate {
  service(definition: {
    readonly name: string
    readonly handlers: Readonly<Record<string, (context: RestateContext, input: number) => Promise<number>>>
  }): unknown
  createEndpointHandler(options: {
    readonly services: readonly unknown[]
  }): (request: Http2ServerRequest, response: Http2ServerResponse) => void
}

interface RestateContext {
  run<Value>(name: string, code: () => Value): Promise<Value>
}

/** The name is no literal, so that the compiler does not ask for a package which may not be there. */
export async function loadRestate(): Promise<Restate> {
  const name: string = '@restatedev/restate-sdk'
  return (await import(name)) as Restate
}
