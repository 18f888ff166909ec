// The icons of the sprite: our name -> Lucide's name. Only those that a template or an island uses.
const SAME = `arrow-left arrow-right ban bell boxes building-2 calendar-clock calendar-days camera check chevron-down chevron-up
  chevron-left chevron-right chevrons-up-down circle-alert circle-check circle-x clipboard-list clock cloud-check
  cloud-off copy download ellipsis external-link eye file-text filter gauge git-branch hand history hourglass image
  inbox info key-round keyboard languages list lock log-in log-out mail map maximize menu message-square minus monitor
  moon package paperclip pause pencil phone play plus printer receipt-text repeat rotate-cw route rows-2 search send
  settings shield-check sun timer trash-2 triangle-alert undo-2 unplug upload user user-check user-cog user-plus users
  workflow wrench x zap`;

export const ICONS = Object.fromEntries(SAME.split(/\s+/).map((name) => [name, name]));
ICONS.filter = 'list-filter';
