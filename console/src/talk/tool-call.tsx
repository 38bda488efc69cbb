import { Wrench } from 'lucide-react'
import type { Json } from '../api/json.ts'
import { preview } from '../value/preview.ts'
import { PrintedValue } from '../value/printed-value.tsx'
import { treeOf } from '../value/tree.ts'

interface Props {
  readonly name: string
  /** Undefined while it is being written. */
  readonly input: Json | undefined
  readonly writing?: string
  readonly output: Json | undefined
  readonly failed?: string | undefined
  /** Whether anybody may still answer. */
  readonly goesOn?: boolean
}

/** A call of a tool and what came of it, folded together. */
export function ToolCall({ name, input, writing = '', output, failed, goesOn = false }: Props) {
  return (
    <details className="folded call">
      <summary>
        <Wrench size={13} aria-hidden />
        <b className="mono">{name}</b>
        <span className="dim cut mono">{input === undefined ? writing : preview(treeOf(input), 200)}</span>
        <Outcome output={output} failed={failed} goesOn={goesOn} />
      </summary>
      <h3>Input</h3>
      <PrintedValue value={input ?? writing} />
      {failed !== undefined && (
        <>
          <h3>Error</h3>
          <PrintedValue value={failed} />
        </>
      )}
      {output !== undefined && (
        <>
          <h3>Result</h3>
          <PrintedValue value={output} />
        </>
      )}
    </details>
  )
}

function Outcome({ output, failed, goesOn }: Pick<Props, 'output' | 'failed' | 'goesOn'>) {
  if (failed !== undefined) return <span className="outcome bad">failed</span>
  if (output !== undefined) return <span className="outcome">done</span>
  return <span className="outcome">{goesOn ? 'at work' : 'no result'}</span>
}
