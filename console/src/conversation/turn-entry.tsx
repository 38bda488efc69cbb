import { Bot, GitBranch, type LucideIcon, Settings2, UserRound, Wrench } from 'lucide-react'
import { memo } from 'react'
import type { Role, Turn } from '../api/conversation.ts'
import { useSetSearch } from '../route/location.ts'
import { exact } from '../time/instant.ts'
import { type Branching, waysFrom } from './branching.ts'
import type { Entry, Known } from './entries.ts'
import { TurnPart } from './turn-part.tsx'

const icons: Readonly<Record<Role, LucideIcon>> = { user: UserRound, assistant: Bot, system: Settings2, tool: Wrench }

interface Props extends Entry {
  readonly known: Known
  readonly branching: Branching
}

/** Who said it, when, and what. */
export const TurnEntry = memo(function TurnEntry({ turn, parts, known, branching }: Props) {
  const { role, speaker, status, at } = turn
  const Icon = icons[role]
  return (
    <article className={`turn ${role}`} aria-label={`${role}${speaker ? ` ${speaker}` : ''}`}>
      <header>
        <Icon size={14} aria-hidden />
        <b>{role}</b>
        {speaker && <span className="mono cut">{speaker}</span>}
        <Status status={status} />
        <time className="dim">{exact(at).slice(0, 19)}</time>
      </header>
      <div className="words">
        {parts.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a turn only grow at its end
          <TurnPart key={index} part={part} known={known} goesOn={status === 'streaming' && index === parts.length - 1} />
        ))}
      </div>
      <Ways branches={waysFrom(turn, branching, known.branches)} />
    </article>
  )
})

/** Other ways the conversation has taken from here. */
function Ways({ branches }: { readonly branches: readonly number[] }) {
  const set = useSetSearch()
  if (branches.length === 0) return null
  return (
    <p className="ways">
      <GitBranch size={13} aria-hidden />
      {branches.map((branch) => (
        <button key={branch} type="button" className="unfold" onClick={() => set({ branch })}>
          branch {branch} goes on from here
        </button>
      ))}
    </p>
  )
}

function Status({ status }: Pick<Turn, 'status'>) {
  if (status === 'done') return null
  if (status === 'streaming') return <span className="pill alive">speaking</span>
  return (
    <span className="pill warn" title="whoever wrote it fell silent before its end">
      partial
    </span>
  )
}
