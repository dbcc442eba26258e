document.body.append('shop');
