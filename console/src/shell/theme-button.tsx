import { Monitor, Moon, Sun } from 'lucide-react'
import { nextTheme, setTheme, useTheme } from './theme.ts'

const icons = { system: Monitor, dark: Moon, light: Sun }

/** Goes around the three themes; says which one holds, not only by its picture. */
export function ThemeButton() {
  const theme = useTheme()
  const Icon = icons[theme]
  const label = `Theme: ${theme}. Change to ${nextTheme(theme)}`
  return (
    <button type="button" className="icon-button" aria-label={label} title={label} onClick={() => setTheme(nextTheme(theme))}>
      <Icon size={15} aria-hidden />
    </button>
  )
}
