import { Link } from '../route/link.tsx'

export default function UnknownPage() {
  return (
    <div className="center">
      <h2>There is no such page</h2>
      <p className="dim">The address may be cut off. Press Ctrl K to find what you meant.</p>
      <Link to="/overview" className="button">
        Go to the overview
      </Link>
    </div>
  )
}
