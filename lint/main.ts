import { installSidePackage } from '../scripts/side-package.ts'
import { open } from '../src/index.ts'
import { createServer } from '../src/server/index.ts'
import { type Finding, lintOpenApi } from './spectral.ts'

/** Lints the OpenAPI document as a server gives it; any finding, a hint too, is exit code 1. */
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const trouble = installSidePackage('lint', say)
if (trouble !== undefined) throw new Error(trouble)

const document = await openApiDocument()
const findings = await lintOpenApi(document)
for (const one of findings) console.log(lineOf(one))
const { paths } = document as { paths: object }
console.log(`spectral:oas: ${findings.length} findings in ${Object.keys(paths).length} paths`)
process.exitCode = findings.length > 0 ? 1 : 0

async function openApiDocument(): Promise<object> {
  await using hf = await open('memory:', { worker: false })
  const { fetch } = createServer(hf, { console: null })
  const answer = await fetch(new Request('http://localhost/openapi.json'))
  return (await answer.json()) as object
}

function lineOf({ severity, code, path, message }: Finding): string {
  const name = ['error', 'warning', 'information', 'hint'][severity] ?? String(severity)
  return `${name} ${code} at ${path.join('.')}: ${message}`
}
