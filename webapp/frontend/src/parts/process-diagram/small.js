// The viewer of the small drawing on an order card. Nobody picks anything on it and it shows no labels, so neither what
// takes the pointer nor a text is made: of a large process that is a third of all that the page consists of.
import BaseViewer from 'bpmn-js/lib/BaseViewer';
import CoreModule from 'bpmn-js/lib/core';
import TextRenderer from 'bpmn-js/lib/draw/TextRenderer';
import DrilldownModule from 'bpmn-js/lib/features/drilldown';
import BpmnImporter from 'bpmn-js/lib/import/BpmnImporter';
import OverlaysModule from 'diagram-js/lib/features/overlays';
import TranslateModule from 'diagram-js/lib/i18n/translate';

export class SmallViewer extends BaseViewer {
  getModules() {
    const unlabelled = { bpmnImporter: ['type', NoLabels], textRenderer: ['type', NoTexts] };
    return [CoreModule, DrilldownModule, OverlaysModule, TranslateModule, unlabelled];
  }
}

// Labels beside an event, a gateway or a flow are shapes of their own.
class NoLabels extends BpmnImporter {
  addLabel() {}
}
NoLabels.$inject = BpmnImporter.$inject;

// Those inside an activity are part of its drawing, which asks for one in any case.
class NoTexts extends TextRenderer {
  constructor(config) {
    super(config);
    this.createText = () => document.createElementNS('http://www.w3.org/2000/svg', 'text');
  }
}
NoTexts.$inject = TextRenderer.$inject;
