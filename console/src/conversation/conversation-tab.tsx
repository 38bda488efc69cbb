import { useQuery, useQueryClient } from '@tanstack/react-query'
import { MessagesSquare } from 'lucide-react'
import { type ConversationSummary, listConversations, listTurns, type Thread, type TurnPage } from '../api/conversation.ts'
import { useSearch, useSetSearch } from '../route/location.ts'
import { ChoiceField } from '../sessions/filter-field.tsx'
import { Command } from '../shell/command.tsx'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { count } from '../time/amount.ts'
import { PAGE } from './older-turns.tsx'
import { readTail } from './tail.ts'
import { TurnList } from './turn-list.tsx'
import './conversation.css'

/** What was said in a session, as it is now. */
export default function ConversationTab({ session }: { readonly session: string }) {
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
  return (
    <section className="conversation-tab" aria-label="Conversation">
      <Bar conversations={data} chosen={chosen} />
      <Conversation key={chosen.name} session={session} chosen={chosen} />
    </section>
  )
}

function Conversation({ session, chosen }: { readonly session: string; readonly chosen: ConversationSummary }) {
  const thread: Thread = { session, name: chosen.name, branch: useSearch().get('branch') }
  const client = useQueryClient()
  const queryKey = ['conversation', `${session}/${chosen.name}`, thread]
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      readTail(client.getQueryData<TurnPage>(queryKey), (before) => listTurns(thread, before, PAGE, signal)),
  })
  if (!data && error)
    return (
      <div className="center">
        <Trouble error={error} onRetry={() => void refetch()} />
      </div>
    )
  if (!data) return <Bones />
  // Where older turns begin somewhere else, they are others.
  const key = `${thread.branch} ${data.before}`
  return <TurnList key={key} thread={thread} tail={data} turns={chosen.turns} branched={chosen.branches > 1} />
}

function Bar({
  conversations,
  chosen,
}: {
  readonly conversations: readonly ConversationSummary[]
  readonly chosen: ConversationSummary
}) {
  const set = useSetSearch()
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
      <span className="dim">
        {count(chosen.turns)} {chosen.turns === 1 ? 'turn' : 'turns'}
        {chosen.branches > 1 && `, ${count(chosen.branches)} branches`}
      </span>
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
