import { useQuery, useQueryClient } from '@tanstack/react-query'
import { MessagesSquare } from 'lucide-react'
import { useMemo } from 'react'
import {
  type Branch,
  type ConversationSummary,
  listBranches,
  listConversations,
  listTurns,
  type Thread,
} from '../api/conversation.ts'
import { useSearch, useSetSearch } from '../route/location.ts'
import { ChoiceField } from '../sessions/filter-field.tsx'
import { Command } from '../shell/command.tsx'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { count } from '../time/amount.ts'
import { branchingOf } from './branching.ts'
import { PAGE } from './older-turns.tsx'
import { readTail } from './tail.ts'
import { TurnList } from './turn-list.tsx'
import './conversation.css'

/** What was said in a session, as it is now. */
export default function ConversationTab({ session, past }: { readonly session: string; readonly past: boolean }) {
  const wanted = useSearch().get('conversation')
  const { data, error, refetch } = useQuery({
    queryKey: ['conversations', session],
    queryFn: ({ signal }) => listConversations(session, signal),
  })
  if (!data && error)
    return (
      <div className="center">
        <Trouble error={error} onRetry={() => void refetch()} />
      </div>
    )
  if (!data) return <Bones />
  const chosen = data.find(({ name }) => name === (wanted ?? 'main')) ?? data[0]
  if (!chosen) return <NothingSaid session={session} />
  return <Conversation key={chosen.name} session={session} conversations={data} chosen={chosen} past={past} />
}

interface Props {
  readonly session: string
  /** The session is looked at as it was; its conversations are not. */
  readonly past: boolean
  readonly conversations: readonly ConversationSummary[]
  readonly chosen: ConversationSummary
}

function Conversation({ session, past, conversations, chosen }: Props) {
  const { name, turns } = chosen
  const branch = branchOf(useSearch().get('branch'))
  const { data: branches = none } = useQuery({
    queryKey: ['conversation', `${session}/${name}`, 'branches'],
    queryFn: ({ signal }) => listBranches(session, name, signal),
    enabled: chosen.branches > 1,
  })
  const branching = useMemo(() => branchingOf(branches), [branches])
  const { tail, error, retry } = useTail({ session, name, branch })
  return (
    <section className="conversation-tab" aria-label="Conversation">
      <Bar {...{ past, conversations, chosen, branches, branch }} />
      {tail ? (
        // Where older turns begin somewhere else, they are others.
        <TurnList key={`${branch} ${tail.before}`} thread={{ session, name, branch }} {...{ tail, turns, branching }} />
      ) : error ? (
        <div className="center">
          <Trouble error={error} onRetry={retry} />
        </div>
      ) : (
        <Bones />
      )}
    </section>
  )
}

const none: readonly Branch[] = []

const branchOf = (text: string | null) => (text !== null && /^\d+$/.test(text) ? Number(text) : null)

/** The end of what was said, as it grows. */
function useTail(thread: Thread) {
  const { session, name, branch } = thread
  const client = useQueryClient()
  const queryKey = ['conversation', `${session}/${name}`, 'tail', branch]
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => readTail(client.getQueryData(queryKey), (before) => listTurns(thread, before, PAGE, signal)),
  })
  return { tail: data, error, retry: () => void refetch() }
}

interface BarProps extends Omit<Props, 'session'> {
  readonly branches: readonly Branch[]
  readonly branch: number | null
}

function Bar({ past, conversations, chosen, branches, branch }: BarProps) {
  const set = useSetSearch()
  const active = branches.find((each) => each.active)?.branch
  return (
    <div className="bar">
      <h2>
        {conversations.length > 1 ? (
          <ChoiceField label="Conversation" value={chosen.name} onChange={(name) => set({ conversation: name, branch: null })}>
            {conversations.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </ChoiceField>
        ) : (
          <span className="mono">{chosen.name}</span>
        )}
      </h2>
      {branches.length > 1 && (
        <ChoiceField
          label="Branch"
          value={String(branch ?? active)}
          onChange={(number) => set({ branch: Number(number) === active ? null : number })}
        >
          {branches.map((each) => (
            <option key={each.branch} value={each.branch}>
              branch {each.branch}
              {each.active && ', goes on'}
            </option>
          ))}
        </ChoiceField>
      )}
      <span className="dim">
        {count(chosen.turns)} {chosen.turns === 1 ? 'turn' : 'turns'}
        {branches.length > 1 && ' in all'}
      </span>
      {past && <span className="warned">as it is now, not as it was then</span>}
    </div>
  )
}

function NothingSaid({ session }: { readonly session: string }) {
  return (
    <div className="center">
      <MessagesSquare size={24} className="dim" aria-hidden />
      <h2>Nothing was said in this session.</h2>
      <p className="dim">
        Programs say it with session.conversation().add(&#123; role, content &#125;); the messages of AI SDK go in as they are.
      </p>
      <Command text={`npx holdfast conversation show ${session}`} />
    </div>
  )
}
