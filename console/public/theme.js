// Before the first paint, so that a remembered theme does not flash in the other one.
try {
  const theme = localStorage.getItem('holdfast.theme')
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme
} catch {
  // Storage may be forbidden; then the system decides.
}
