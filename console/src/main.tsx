import './theme/tokens.css'
import './theme/base.css'
import './theme/parts.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { isPassing } from './api/problem.ts'
import { App } from './app.tsx'
import { backoff } from './live/backoff.ts'
import { keepFresh } from './live/keep-fresh.ts'

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // Whether a request can work is asked of the server, not of the browser's idea of being online.
      networkMode: 'always',
      refetchOnWindowFocus: false,
      retry: (failures, error) => isPassing(error) && failures < 3,
      retryDelay: (attempt) => backoff(attempt, Math.random()),
    },
  },
})
keepFresh(client)

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  )
