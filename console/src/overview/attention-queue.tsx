import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, CirclePause, CircleX, Hourglass, type LucideIcon, Sprout, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { cancelEffect, retryEffect } from '../api/effect.ts'
import type { Attention } from '../api/overview.ts'
import { problemOf } from '../api/problem.ts'
import { Link } from '../route/link.tsx'
import { approvalsAddress, runAddress, sessionAddress } from '../route/route.ts'
import { RetryButton } from '../runs/retry-button.tsx'
import { Command } from '../shell/command.tsx'
import { say } from '../shell/say.tsx'
import { exact, relative } from '../time/instant.ts'
import { useNow } from '../time/use-now.ts'
import { CancelDialog } from './cancel-dialog.tsx'
import { type Act, adviceOn, inOrder, kinds } from './remedy.ts'

const icons: Readonly<Record<Attention['what'], LucideIcon>> = {
  failed: CircleX,
  stuck: Hourglass,
  waiting: CirclePause,
  invalid: TriangleAlert,
}

interface Props {
  readonly attention: readonly Attention[]
  readonly empty: boolean
}

export function AttentionQueue({ attention, empty }: Props) {
  return (
    <section aria-label="Needs attention">
      <h2>Needs attention {attention.length > 0 && <span className="pill">{attention.length}</span>}</h2>
      {attention.length === 0 && (empty ? <Begin /> : <AllWell />)}
      <ul className="attention">
        {inOrder(attention).map((each) => (
          <Item key={`${each.what} ${each.session} ${each.effect} ${each.approval ?? each.run}`} item={each} />
        ))}
      </ul>
    </section>
  )
}

function AllWell() {
  return (
    <p className="well dim">
      <CircleCheck size={15} aria-hidden />
      Nothing failed, is stuck or waits for a person.
    </p>
  )
}

function Begin() {
  return (
    <div className="well">
      <Sprout size={15} className="dim" aria-hidden />
      <span>This store is empty. Write a first session:</span>
      <Command text="npx holdfast set first-session topic '&quot;hello&quot;'" />
    </div>
  )
}

function Item({ item }: { readonly item: Attention }) {
  const now = useNow()
  const Icon = icons[item.what]
  return (
    <li>
      <span className={`what ${item.what}`}>
        <Icon size={15} aria-hidden />
        {item.what}
      </span>
      <div>
        <p>
          {item.session && (
            <Link to={sessionAddress(item.session)} className="mono">
              {item.session}
            </Link>
          )}
          <span>{item.message}</span>
        </p>
        <p className="dim">{adviceOn(item)}</p>
      </div>
      <time className="dim" title={exact(item.since)}>
        {relative(item.since, now)}
      </time>
      <span className="acts">
        {item.effect && <EffectButtons item={item} effect={item.effect} />}
        {item.run && !item.approval && <RetryButton run={item.run} />}
        <Way item={item} />
      </span>
    </li>
  )
}

/** Where it is looked at, or decided. */
function Way({ item: { session, run, approval, message } }: { readonly item: Attention }) {
  if (approval !== undefined)
    return (
      <Link to={approvalsAddress({ id: approval })} className="button">
        Decide<span className="hidden"> {message}</span>
      </Link>
    )
  const [to, name] = run === undefined ? [session && sessionAddress(session), session] : [runAddress(run), run]
  if (!to) return null
  return (
    <Link to={to} className="button">
      Open<span className="hidden"> {name}</span>
    </Link>
  )
}

interface EffectProps {
  readonly item: Attention
  readonly effect: string
}

/** What the server can do about an effect, and only that. Giving one up is asked about first. */
function EffectButtons({ item, effect }: EffectProps) {
  const [asking, setAsking] = useState(false)
  const client = useQueryClient()
  const { mutate, isPending } = useMutation({
    mutationFn: (act: Act) => (act === 'retry' ? retryEffect(effect) : cancelEffect(effect)),
    onSuccess: (_, act) => say(act === 'retry' ? 'It will be tried again' : 'Cancelled: it will not be tried again'),
    onError: (error) => say(problemOf(error).message),
    onSettled: () => client.invalidateQueries({ queryKey: ['overview'] }),
  })
  return (
    <>
      {kinds[item.what].acts.map((act) => (
        <button
          key={act}
          type="button"
          className="button"
          disabled={isPending}
          onClick={() => (act === 'retry' ? mutate(act) : setAsking(true))}
        >
          {act === 'retry' ? 'Retry' : 'Cancel'}
          <span className="hidden"> effect {effect}</span>
        </button>
      ))}
      {asking && <CancelDialog {...item} onCancel={() => mutate('cancel')} onClose={() => setAsking(false)} />}
    </>
  )
}
