import { Paperclip, TriangleAlert } from 'lucide-react'
import { Reasoning } from '../talk/reasoning.tsx'
import { SaidText } from '../talk/said-text.tsx'
import { ToolCall } from '../talk/tool-call.tsx'
import type { Part } from './message.ts'
import '../talk/talk.css'

interface Props {
  readonly parts: readonly Part[]
  readonly goesOn: boolean
}

/** The parts of what a stream says, in the order in which they began. */
export function StreamParts({ parts, goesOn }: Props) {
  return (
    <ol className="parts">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts are only added behind those that are there
        <li key={index} className={part.type}>
          <One part={part} goesOn={goesOn} isLast={index === parts.length - 1} />
        </li>
      ))}
    </ol>
  )
}

function One({ part, goesOn, isLast }: { readonly part: Part; readonly goesOn: boolean; readonly isLast: boolean }) {
  switch (part.type) {
    case 'text':
      return <SaidText text={part.text} part={goesOn && isLast ? 'end' : 'beginning'} />
    case 'reasoning':
      return <Reasoning text={part.text} />
    case 'tool':
      return <ToolCall {...part} input={part.input} output={part.output} goesOn={goesOn} />
    case 'file':
      return (
        <>
          <Paperclip size={13} aria-hidden />
          <span>{part.mediaType}</span>
          <span className="mono dim cut">{part.url.slice(0, 200)}</span>
        </>
      )
    case 'trouble':
      return (
        <>
          <TriangleAlert size={13} aria-hidden />
          {part.text}
        </>
      )
    case 'break':
      return <hr />
    case 'json':
      return <code>{JSON.stringify(part.json)}</code>
  }
}
