  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  ldr x0, [x2, #24]
  ldr x0, [x0]
  add x1, x3, #240
  subs xzr, x1, x0
  b.hi label20 ; b label1
block1:
  str x3, [x2, #48]
  add x0, x3, #240
  ldr x1, [x2, #32]
  str x0, [x1]
  b label2
block2:
  ldr x13, [x3]
  ldr x0, [x3, #8]
  ldr x1, [x3, #16]
  and x3, x13, #3
  cbnz x3, label3 ; b label4
block4:
  and x3, x0, #3
  cbnz x3, label5 ; b label6
block6:
  and x3, x1, #3
  cbnz x3, label7 ; b label8
block8:
  asr x0, x0, #2
  asr x3, x1, #2
  madd x0, x0, x3, xzr
  madd x1, x0, x3, xzr
  madd x3, x1, x3, xzr
  b label9
block9:
  add x4, x13, #4
  subs xzr, x4, x13
  b.lt label10 ; b label11
block11:
  asr x5, x4, #2
  subs xzr, x5, x0
  b.ge label12 ; b label13
block13:
  subs xzr, x5, x1
  b.ge label14 ; b label15
block15:
  subs xzr, x5, x3
  b.ge label16 ; b label17
block17:
  mov x13, x4
  b label9
block3:
  b label19
block5:
  b label19
block7:
  b label19
block10:
  b label18
block12:
  b label18
block14:
  b label18
block16:
  b label18
block18:
  str x13, [x2, #72]
  ldr x0, [x2, #4168]
  add x0, x0, #1000
  str x0, [x2, #4168]
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  movz x2, #3
  ldp fp, lr, [sp], #16
  ret
block19:
  ldr x0, [x2, #4168]
  add x0, x0, #1000
  str x0, [x2, #4168]
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  movz x2, #2
  ldp fp, lr, [sp], #16
  ret
block20:
  movz x2, #1
  movz x3, #0
  ldp fp, lr, [sp], #16
  ret
