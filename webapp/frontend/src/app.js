// The shell of every page: keys, toasts, dialogs, busy buttons, live updates; it fetches the islands where they are needed.
import { installBusyButtons } from './parts/busy/index.js';
import { installDialogs } from './parts/dialogs/index.js';
import { installIslands } from './parts/islands/index.js';
import { installKeys } from './parts/keys/index.js';
import { installLive } from './parts/live/index.js';
import { installRows } from './parts/rows/index.js';
import { installTiles } from './parts/tiles/index.js';
import { installToasts } from './parts/toasts/index.js';

installBusyButtons();
installDialogs();
installKeys();
installRows();
installTiles();
installToasts();
installLive();
installIslands({
  form: () => import('./form.js'),
  diagram: () => import('./diagram.js'),
  dispatch: () => import('./dispatch.js'),
});
