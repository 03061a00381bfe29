<?php
// Takes events of wagate by a webhook: WEBHOOK_SECRET=whsec_... php -S localhost:8080 webhook.php
$key = base64_decode(substr(getenv('WEBHOOK_SECRET'), strlen('whsec_')));
$body = file_get_contents('php://input');
[$id, $at] = [$_SERVER['HTTP_WEBHOOK_ID'] ?? '', $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? ''];
$mine = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$at.$body", $key, true));
$theirs = explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '');
$good = array_filter($theirs, fn($one) => hash_equals($mine, $one)) && abs(time() - (int) $at) < 300;
http_response_code($good ? 204 : 401);
if (!$good) exit;
$event = json_decode($body, true); // the same event may come twice, always under the same id
error_log($event['type'] . ' ' . json_encode($event['data']));
