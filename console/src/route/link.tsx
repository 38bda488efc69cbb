import type { AnchorHTMLAttributes, MouseEvent } from 'react'
import { navigate } from './location.ts'

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & { readonly to: string }

/** A link inside the console; modified clicks stay the browser's. */
export function Link({ to, onClick, ...rest }: Props) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    navigate(to)
  }
  return <a {...rest} href={to} onClick={follow} />
}
