import { Command } from '../shell/command.tsx'
import { places } from '../shell/places.ts'
import { coming } from './coming.ts'

export default function ComingPage({ name }: { readonly name: string }) {
  const place = places.find(({ to }) => to === `/${name}`)
  const about = coming[name]
  if (!place || !about) return null
  const Icon = place.icon
  return (
    <div className="center">
      <Icon size={24} className="dim" aria-hidden />
      <h2>{about.what}</h2>
      <p className="dim">{about.how}</p>
      <Command text={about.command} />
    </div>
  )
}
