import { type ReactNode, useState } from 'react'
import type { Approval } from '../api/approval.ts'
import { DecideDialog } from './decide-dialog.tsx'

type Asked = Pick<Approval, 'id' | 'run' | 'title' | 'data'>

interface Deciding {
  readonly decide: (approval: Asked, approved: boolean) => void
  /** Belongs to the page, not to the row: it says what stands also when the row has gone because somebody else was faster. */
  readonly dialog: ReactNode
}

/** Asks before something is decided. */
export function useDeciding(): Deciding {
  const [at, setAt] = useState<{ readonly approval: Asked; readonly approved: boolean }>()
  return {
    decide: (approval, approved) => setAt({ approval, approved }),
    dialog: at && <DecideDialog key={`${at.approval.id} ${at.approved}`} {...at} onClose={() => setAt(undefined)} />,
  }
}
