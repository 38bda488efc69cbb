/** The parts of DBOS that are measured; declared here because it is installed on first use only. */
interface Dbos {
  setConfig(config: object): void
  launch(): Promise<void>
  shutdown(): Promise<void>
  registerWorkflow<Args extends unknown[], Output>(
    code: (...args: Args) => Promise<Output>,
    options: { readonly name: string },
  ): (...args: Args) => Promise<Output>
  runStep<Value>(code: () => Promise<Value>, options: { readonly name: string }): Promise<Value>
}

/** The name is no literal, so that the compiler does not ask for a package which may not be there. */
export async function loadDbos(): Promise<Dbos> {
  const name: string = '@dbos-inc/dbos-sdk'
  return ((await import(name)) as { readonly DBOS: Dbos }).DBOS
}
