/** One thing a linter says of a document. */
export interface Finding {
  readonly code: string | number
  /** 0 error, 1 warning, 2 information, 3 hint. */
  readonly severity: number
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** The parts of Spectral's packages that are used; declared here because they are installed on first use only. */
interface Core {
  readonly Spectral: new () => {
    setRuleset(ruleset: object): void
    run(document: object): Promise<readonly Finding[]>
  }
  readonly Ruleset: new (definition: object) => object
}

/**
 * What Spectral finds in an OpenAPI document by its own ruleset `spectral:oas`, with no rule switched off.
 * https://docs.stoplight.io/docs/spectral/4dec24461f3af-open-api-rules
 */
export async function lintOpenApi(document: object): Promise<readonly Finding[]> {
  const { Spectral, Ruleset } = await load<Core>('@stoplight/spectral-core')
  const { oas } = await load<{ readonly oas: object }>('@stoplight/spectral-rulesets')
  const spectral = new Spectral()
  spectral.setRuleset(new Ruleset({ extends: oas }))
  return spectral.run(document)
}

async function load<Module>(name: string): Promise<Module> {
  const { default: found } = (await import(name)) as { default: Module }
  return found
}
