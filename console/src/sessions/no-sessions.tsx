import { SearchX, Sprout } from 'lucide-react'
import { Command } from '../shell/command.tsx'

export function NoSessions({ filtered }: { readonly filtered: boolean }) {
  if (filtered)
    return (
      <div className="center">
        <SearchX size={24} className="dim" aria-hidden />
        <h2>No session fits</h2>
        <p className="dim">Take away a part of the filter. Ids are found by how they begin; values by any part of them.</p>
      </div>
    )
  return (
    <div className="center">
      <Sprout size={24} className="dim" aria-hidden />
      <h2>No sessions yet</h2>
      <p className="dim">A session comes into being with its first write.</p>
      <Command text="npx holdfast set first-session topic '&quot;hello&quot;'" />
    </div>
  )
}
