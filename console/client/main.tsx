import './styles/tokens.css';
import './styles/console.css';
import { render } from 'preact';
import { App } from './app';
import { followCalls } from './live';
import { followLinks } from './router';

const root = document.getElementById('console');
if (root !== null) {
  document.addEventListener('click', followLinks);
  followCalls();
  render(<App />, root);
}
