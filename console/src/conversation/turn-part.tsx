import { Paperclip } from 'lucide-react'
import type { TurnPart as Part } from '../api/conversation.ts'
import { Reasoning } from '../talk/reasoning.tsx'
import { SaidText } from '../talk/said-text.tsx'
import { ToolCall } from '../talk/tool-call.tsx'
import { preview } from '../value/preview.ts'
import { PrintedValue } from '../value/printed-value.tsx'
import { treeOf } from '../value/tree.ts'
import { type Known, outcomeOf } from './entries.ts'
import '../talk/talk.css'

/** Characters of a part that nothing is known of here: it may hold a picture. */
const MOST_DRAWN = 400

interface Props {
  readonly part: Part
  readonly known: Known
  /** The turn is still being written. */
  readonly goesOn: boolean
}

export function TurnPart({ part, known, goesOn }: Props) {
  switch (part.type) {
    case 'text':
      return <SaidText text={part.text} part={goesOn ? 'end' : 'beginning'} />
    case 'reasoning':
      return <Reasoning text={part.text} />
    case 'tool-call':
      return <Call name={part.toolName} input={part.input} outcome={outcomeOf(known.results.get(part.toolCallId))} />
    case 'tool-result':
      return <Call name={part.toolName} outcome={outcomeOf(part.output)} />
    case 'file':
    case 'image':
      return (
        <p className="file">
          <Paperclip size={13} aria-hidden />
          <span className="mono cut">{part.filename ?? `unnamed ${part.type}`}</span>
          <span className="dim">{part.mediaType}</span>
        </p>
      )
    case 'data':
      return (
        <div className="data">
          <p className="mono dim">{part.name}</p>
          <PrintedValue value={part.data} />
        </div>
      )
    default:
      return <code>{preview(treeOf(part), MOST_DRAWN)}</code>
  }
}

interface CallProps {
  readonly name: string
  readonly input?: Parameters<typeof ToolCall>[0]['input']
  readonly outcome: ReturnType<typeof outcomeOf>
}

function Call({ name, input, outcome }: CallProps) {
  return <ToolCall name={name} input={input} output={outcome.output} failed={outcome.failed} />
}
