import { TriangleAlert } from 'lucide-react'
import { problemOf, remedyOf } from '../api/problem.ts'

interface Props {
  readonly error: unknown
  readonly onRetry?: () => void
}

/** An error as a reader needs it: what, why, what to do. */
export function Trouble({ error, onRetry }: Props) {
  const problem = problemOf(error)
  return (
    <section className="notice bad" role="alert">
      <h2>
        <TriangleAlert size={15} aria-hidden />
        {problem.title}
      </h2>
      <p>{problem.message}</p>
      <p className="dim">{remedyOf(problem)}</p>
      {onRetry && (
        <div className="row">
          <button type="button" className="button" onClick={onRetry}>
            Try again
          </button>
        </div>
      )}
    </section>
  )
}

export function Bones({ rows = 8 }: { readonly rows?: number }) {
  return (
    <div className="bones" role="status">
      <span className="hidden">Loading</span>
      {Array.from({ length: rows }, (_, row) => `bone-${row}`).map((key) => (
        <i key={key} />
      ))}
    </div>
  )
}
