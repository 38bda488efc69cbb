import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { problemOf } from '../api/problem.ts'
import { retryRun } from '../api/run.ts'
import { say } from '../shell/say.tsx'

interface Props {
  readonly run: string
  readonly strong?: boolean
}

/** Makes another attempt; of what is recorded only the step it failed of is done again, so nothing has to be asked first. */
export function RetryButton({ run, strong = false }: Props) {
  const client = useQueryClient()
  const { mutate, isPending } = useMutation({
    mutationFn: () => retryRun(run),
    onSuccess: () => say('Another attempt is made, from the step it failed of on'),
    onError: (error) => say(problemOf(error).message),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['runs'] })
      void client.invalidateQueries({ queryKey: ['run', run] })
    },
  })
  return (
    <button type="button" className={strong ? 'button strong' : 'button'} disabled={isPending} onClick={() => mutate()}>
      {strong && <RotateCw size={13} aria-hidden />}
      Retry<span className="hidden"> {run}</span>
    </button>
  )
}
