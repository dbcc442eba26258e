console.log(require('tool'));
