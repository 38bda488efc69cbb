import { Bot, type LucideIcon, Settings2, UserRound, Wrench } from 'lucide-react'
import { memo } from 'react'
import type { Role, Turn } from '../api/conversation.ts'
import { exact } from '../time/instant.ts'
import type { Entry, Tools } from './entries.ts'
import { TurnPart } from './turn-part.tsx'

const icons: Readonly<Record<Role, LucideIcon>> = { user: UserRound, assistant: Bot, system: Settings2, tool: Wrench }

interface Props extends Entry {
  readonly tools: Tools
  /** Whether the conversation has more than one branch, so that a turn says of which it is. */
  readonly branched: boolean
}

/** Who said it, when, and what. */
export const TurnEntry = memo(function TurnEntry({ turn, parts, tools, branched }: Props) {
  const { role, speaker, status, at, branch } = turn
  const Icon = icons[role]
  return (
    <article className={`turn ${role}`} aria-label={`${role}${speaker === null ? '' : ` ${speaker}`}`}>
      <header>
        <Icon size={14} aria-hidden />
        <b>{role}</b>
        {speaker !== null && <span className="mono cut">{speaker}</span>}
        <Status status={status} />
        {branched && <span className="tag cut">{branch}</span>}
        <time className="dim">{exact(at).slice(0, 19)}</time>
      </header>
      <div className="said">
        {parts.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a turn only grow at its end
          <TurnPart key={index} part={part} tools={tools} goesOn={status === 'streaming' && index === parts.length - 1} />
        ))}
      </div>
    </article>
  )
})

function Status({ status }: Pick<Turn, 'status'>) {
  if (status === 'done') return null
  if (status === 'streaming') return <span className="pill alive">speaking</span>
  return (
    <span className="pill warn" title="whoever wrote it fell silent before its end">
      partial
    </span>
  )
}
