import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { type Context, type ContextCandidate, getContext } from '../api/context.ts'
import type { Session } from '../api/session.ts'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { count } from '../time/amount.ts'
import './context.css'

/** What a model would be given of this session, and why. */
export default function ContextTab({ session, at }: { readonly session: Session; readonly at: number }) {
  const [question, setQuestion] = useState('')
  const [tokens, setTokens] = useState(1000)
  const asked = useDeferredValue(question)
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['session', session.id, 'context', asked, tokens, at],
    queryFn: ({ signal }) => getContext(session.id, { query: asked, tokens, at }, signal),
    placeholderData: keepPreviousData,
  })
  return (
    <div className="context scroll">
      <search className="bar">
        <label>
          What the next step is about
          <input className="field" value={question} data-search="" onChange={(event) => setQuestion(event.target.value)} />
        </label>
        <label>
          Tokens at most
          <input
            className="field mono"
            type="number"
            min={1}
            step={100}
            value={tokens}
            onChange={(event) => setTokens(Math.max(1, event.target.valueAsNumber || 1))}
          />
        </label>
      </search>
      {error && !data ? <Trouble error={error} onRetry={() => void refetch()} /> : data ? <Given context={data} /> : <Bones />}
      <p className="hidden" role="status">
        {isFetching ? 'Reading' : ''}
      </p>
    </div>
  )
}

function Given({ context }: { readonly context: Context }) {
  const { variables, tokens, budget, left_out: left, ranking } = context
  const best = Math.max(...variables.map(({ score }) => score))
  return (
    <>
      <p>
        {variables.length === 0 ? 'No variable fits into ' : `${count(tokens)} of `}
        {count(budget)} tokens
        <span className="dim">{left === 0 ? ', nothing left out' : `, ${left} left out`}</span>
      </p>
      <ul>
        {variables.map(({ path, value, tokens: cost, score, reason }) => (
          <li key={path}>
            <div>
              <b className="mono">{path}</b>
              <span className="mono dim cut">{JSON.stringify(value)}</span>
              {best > 0 && <span className="mono dim">{score.toFixed(2)}</span>}
            </div>
            {best > 0 && (
              <div className="meter" aria-hidden>
                <i style={{ width: `${(100 * score) / best}%` }} />
              </div>
            )}
            <p className="dim">
              {reason}, {count(cost)} tokens
            </p>
          </li>
        ))}
      </ul>
      {ranking.length > 0 && <Ranking ranking={ranking} />}
    </>
  )
}

/** What became of every candidate, and why. */
function Ranking({ ranking }: { readonly ranking: readonly ContextCandidate[] }) {
  return (
    <details>
      <summary>
        <ChevronRight size={12} aria-hidden />
        The ranking of {count(ranking.length)} variables
      </summary>
      <table>
        <thead>
          <tr>
            <th>Variable</th>
            <th>Verdict</th>
            <th className="number">Tokens</th>
            <th className="number">Score</th>
            <th>Mostly for</th>
          </tr>
        </thead>
        <tbody>
          {ranking.map(({ path, verdict, tokens, score, parts }) => (
            <tr key={path} className={verdict === 'chosen' || verdict === 'pinned' ? '' : 'dim'}>
              <td className="mono">{path}</td>
              <td>{verdict}</td>
              <td className="number mono">{count(tokens)}</td>
              <td className="number mono">{score.toFixed(2)}</td>
              <td>{mostly(parts)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

/** The three parts that weigh most. */
function mostly(parts: Readonly<Record<string, number>>): string {
  const heaviest = Object.entries(parts)
    .filter(([, weight]) => weight >= 0.01)
    .sort(([, a], [, b]) => b - a)
  const named = heaviest.slice(0, 3).map(([name, weight]) => `${name} ${weight.toFixed(2)}`)
  return named.length === 0 ? 'nothing' : named.join(', ')
}
